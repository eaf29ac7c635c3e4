/** How cluster clients retry. Being written. */
export {};
