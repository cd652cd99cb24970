"use strict";

// Everything is served by the desk itself: no validator, no font and no script of anybody else is asked for.
const ui = SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  docExpansion: "list",
  validatorUrl: null,
});

document.getElementById("token-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const token = document.getElementById("token").value.trim();
  ui.preauthorizeApiKey("bearer", token);
  document.getElementById("token-state").value = token ? "used from now on" : "none is used";
});
