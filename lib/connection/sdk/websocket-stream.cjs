const { SocketStream } = require("./socket-stream.ts");

module.exports = (url, protocols) => new SocketStream(url, protocols);
