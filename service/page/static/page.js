// What htmx cannot do: send a dropped file as a raw body, and follow its events.
"use strict";

const said = { received: "Safe.", queued: "Waiting.", started: "Being checked.", read: "Read.", checked: "Checked.", done: "Done.", refused: "Could not be read.", failed: "Set aside." };

function send(method, address, file, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, address);
    request.setRequestHeader("X-Copcheck-Page", "1");
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("Prefer", "respond-async");
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.onload = () => resolve({ status: request.status, body: JSON.parse(request.responseText || "{}") });
    request.onerror = () => reject(new Error("the service cannot be reached"));
    request.send(file);
  });
}

function refreshList() {
  const list = document.getElementById("submissions");
  if (list) list.dispatchEvent(new Event("refresh"));
}

function watch(id, tell) {
  const events = new EventSource(`/v1/submissions/${id}/events`);
  for (const kind of Object.keys(said)) {
    events.addEventListener(kind, (event) => {
      tell(kind, JSON.parse(event.data));
      if (["done", "refused", "failed"].includes(kind)) events.close();
    });
  }
}

async function submit(file) {
  const item = document.createElement("li");
  const name = document.createElement("a");
  const bar = document.createElement("progress");
  const status = document.createElement("span");
  name.textContent = file.name;
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", `Sending ${file.name}`);
  status.className = "small";
  item.append(name, " ", status, bar);
  document.getElementById("progress").prepend(item);
  status.textContent = "Being sent.";
  try {
    const test = testAllowed();
    const lenient = document.getElementById("lenient").checked ? "&lenient=true" : "";
    const mapping = document.getElementById("mapping")?.value;
    const mapped = mapping ? `&mapping=${mapping}` : "";
    const address = `/v1/submissions?name=${encodeURIComponent(file.name.slice(0, 200))}${test}${lenient}${mapped}`;
    const answer = await send("POST", address, file, (part) => { bar.value = part; });
    if (answer.status >= 400) throw new Error(answer.body.detail || answer.body.title);
    name.href = `/submissions/${answer.body.id}`;
    bar.removeAttribute("value");
    refreshList();
    watch(answer.body.id, (kind, data) => {
      status.textContent = data.detail ? `${said[kind]} ${data.detail}` : said[kind];
      if (["done", "refused", "failed"].includes(kind)) {
        bar.remove();
        if (kind !== "done") status.classList.add("fault");
        refreshList();
      }
    });
  } catch (fault) {
    bar.remove();
    status.classList.add("fault");
    status.textContent = fault.message;
  }
}

function testAllowed() {
  return document.getElementById("allow-test-data").checked ? "&allow_test_data=true" : "";
}

async function sendStanding(file) {
  const status = document.getElementById("standing-said");
  status.classList.remove("fault");
  status.textContent = "Being sent.";
  try {
    const name = file.name.replace(/[^A-Za-z0-9 ._-]/g, "_").replace(/^[^A-Za-z0-9]+/, "").slice(0, 100) || "standing.csv";
    const answer = await send("PUT", `/v1/standing?name=${encodeURIComponent(name)}${testAllowed()}`, file, () => {});
    if (answer.status >= 400) throw new Error(answer.body.detail || answer.body.title);
    const now = document.getElementById("standing-now");
    now.classList.remove("fault");
    now.textContent = `In use: ${answer.body.name}, ${answer.body.rows} rows.`;
    status.textContent = ["Submissions are judged by it from now on.", ...answer.body.notes.slice(0, 5)].join(" ");
  } catch (fault) {
    status.classList.add("fault");
    status.textContent = fault.message;
  }
}

for (const zone of document.querySelectorAll("[data-drop]")) {
  const take = (files) => {
    for (const file of files) (zone.dataset.drop === "standing" ? sendStanding : submit)(file);
  };
  zone.addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("over"); });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => { event.preventDefault(); zone.classList.remove("over"); take(event.dataTransfer.files); });
  const input = zone.querySelector("input[type=file]");
  input.addEventListener("change", () => { take(input.files); input.value = ""; });
}

const waiting = document.querySelector("[data-watch]");
if (waiting) {
  watch(waiting.dataset.watch, (kind) => {
    waiting.textContent = said[kind];
    if (["done", "refused", "failed"].includes(kind)) window.location.reload();
  });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-plot]");
  if (button) button.setAttribute("aria-expanded", "true");
});
