/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fetches the page again every few seconds and puts its parts in place; what was folded out or selected stays so. */
"use strict";

const PERIOD_MS = 3000;

async function refresh() {
	const answer = await fetch("/", { cache: "no-store" });
	if (!answer.ok)
		throw new Error(answer.status);
	const next = new DOMParser().parseFromString(await answer.text(), "text/html");
	for (const details of document.querySelectorAll("details[open]"))
		next.getElementById(details.id)?.setAttribute("open", "");
	for (const button of document.querySelectorAll("input:checked"))
		next.getElementById(button.id)?.setAttribute("checked", "");
	for (const part of ["main", "footer"])
		document.querySelector(part).replaceWith(next.querySelector(part));
	document.body.classList.remove("away");
}

async function tick() {
	const selecting = !getSelection().isCollapsed;
	if (!document.hidden && !selecting)
		await refresh().catch(() => document.body.classList.add("away"));
	setTimeout(tick, PERIOD_MS);
}

setTimeout(tick, PERIOD_MS);
