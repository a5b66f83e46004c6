const { ByteList } = require("./byte-list.ts");

module.exports = () => new ByteList();
