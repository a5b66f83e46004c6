// What Next's build provides in a browser for the parts of the SDK that were written for Node; plain JavaScript, as these carry no types.
export { Buffer } from "next/dist/compiled/buffer";
export { default as process } from "next/dist/compiled/process";
