/* SPDX-License-Identifier: GPL-2.0-or-later */
#define DROP alpha_drop
#include "dropper.h"
