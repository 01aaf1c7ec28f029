import { Component } from "@angular/core";
import "../app.js";

@Component({ selector: "app-root", template: "" })
export class App {}
