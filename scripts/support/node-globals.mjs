// What the SDK takes for granted from Node, as Next's build would provide it; plain JavaScript, as these carry no types.
export { Buffer } from "next/dist/compiled/buffer";
export { default as process } from "next/dist/compiled/process";
