/** By it, logs tell what a gateway asks for its own sake from what clients ask. */
export const warmUpRequestId = 'gateway-warm-up';
