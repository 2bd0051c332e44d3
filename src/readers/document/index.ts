/** YAML and JSON as located trees, and schemas that decode them without losing a place. */
export * from './decode.ts';
export * from './document.ts';
