/** The SDK's browser build asks for `window` while it loads; a worker has the same things under `self`. Must be imported before it. */
Object.assign(globalThis, { window: globalThis });
