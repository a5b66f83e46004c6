module.exports = structuredClone;
