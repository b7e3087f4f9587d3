/**
 * Gives a construct the type of its own interface. CDK's classes declare `x: T | undefined` where its interfaces say `x?: T`,
 * which is not the same to a compiler that tells "absent" from "undefined".
 */
export const exact = <Interface>(construct: { [Key in keyof Interface]: Interface[Key] | undefined }): Interface =>
  construct as Interface;
