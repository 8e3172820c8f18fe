import { GraphQLError } from "graphql";
import { describe, expect, it } from "vitest";
import { tooComplex } from "../../../../src/federation/request/too-complex.js";

describe("an operation over a limit", () => {
  it("is an error of the client's, with the public text and status of its code", () => {
    const error = tooComplex();
    expect(error).toBeInstanceOf(GraphQLError);
    expect(error.message).toBe("The operation is too complex.");
    expect(error.extensions).toEqual({ code: "OPERATION_TOO_COMPLEX", http: { status: 400 } });
  });

  it("is a new error each time: a path set on one is not on another", () => {
    expect(tooComplex()).not.toBe(tooComplex());
  });
});
