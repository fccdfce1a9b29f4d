import { render } from "preact";
import "./style/page.css";
import { Page } from "./view/page.tsx";

const root = document.querySelector("#app");
if (root) render(<Page />, root);
