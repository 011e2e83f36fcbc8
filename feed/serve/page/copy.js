// Puts a button beside every address of a feed that copies it. Without scripts
// one click still selects the whole address.
if (navigator.clipboard) {
	for (const code of document.querySelectorAll(".addresses code")) {
		const button = document.createElement("button");
		button.type = "button";
		button.textContent = "Copy";
		button.setAttribute("aria-label", "Copy the address " + code.textContent);
		button.addEventListener("click", async () => {
			await navigator.clipboard.writeText(code.textContent);
			button.textContent = "Copied";
		});
		code.after(button);
	}
}
