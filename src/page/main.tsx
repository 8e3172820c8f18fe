import { render } from "preact";
import { FIRST_PANEL, PANELS } from "./panels/registry.js";
import { App } from "./shell/app.js";
import { parseRoute } from "./shell/route.js";
import { applyTheme } from "./shell/theme.js";
import { watchGateway } from "./state/gateway.js";
import { createPage, PAGE_URLS, PageProvider } from "./state/page.js";

applyTheme();
const root = document.getElementById("page");
if (root === null) throw new Error("The page has no element with the id `page`.");
const gateway = watchGateway(PAGE_URLS.state);
// The first panel's code is fetched beside the state, not behind it; a failure shows when the panel is opened.
void panelOfAddress()
  ?.load()
  .catch(() => undefined);
await gateway.reload();
render(
  <PageProvider value={createPage(gateway)}>
    <App />
  </PageProvider>,
  root,
);

function panelOfAddress() {
  const { panel } = parseRoute(globalThis.location.hash, FIRST_PANEL);
  return PANELS.find(({ id }) => id === panel);
}
