import { render } from "preact";
import { App } from "./shell/app.js";
import { applyTheme } from "./shell/theme.js";
import { watchGateway } from "./state/gateway.js";
import { createPage, PAGE_URLS, PageProvider } from "./state/page.js";

applyTheme();
const root = document.getElementById("page");
if (root === null) throw new Error("The page has no element with the id `page`.");
const gateway = watchGateway(PAGE_URLS.state);
await gateway.reload();
render(
  <PageProvider value={createPage(gateway)}>
    <App />
  </PageProvider>,
  root,
);
