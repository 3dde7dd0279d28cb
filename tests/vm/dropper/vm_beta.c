/* SPDX-License-Identifier: GPL-2.0-or-later */
#define DROP beta_drop
#include "dropper.h"
