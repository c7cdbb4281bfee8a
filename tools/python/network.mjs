/** What pip says when it reaches no index, and not when a version does not exist or does not go with another. */

/** Whether pip failed for want of a network. @param {string} text what it wrote to stderr */
export function isWithoutNetwork(text) {
  return /NewConnectionError|NameResolutionError|ConnectTimeoutError|ReadTimeoutError|ProxyError|Failed to establish a new connection/.test(
    text,
  );
}
