"use client";

import { useEffect } from "react";
import { readme, run } from "./calls.js";

export default function Page() {
  useEffect(() => {
    Object.assign(globalThis, { readme, run });
  }, []);
}
