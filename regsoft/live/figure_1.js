// The two panels of Figure 1 in one module: a page that shows both loads it once.
import { showPrism } from "./prism.js";
import { showSheet } from "./sheet.js";

const render = (view) => (view.model.get("_controls").drop ? showPrism : showSheet)(view);

export default { render };
