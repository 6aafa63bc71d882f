// Runs in the browser: filters the table of RPCs, draws a layer, remembers the theme. The page is complete without it.
import { showLayers } from "./picture";
import { filterRpcs } from "./rpc-filter";
import { switchTheme } from "./theme";

switchTheme();
filterRpcs();
showLayers();
