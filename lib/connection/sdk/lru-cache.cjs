module.exports = require("./lru-map.ts").LruMap;
