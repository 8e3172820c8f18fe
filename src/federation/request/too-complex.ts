import { GraphQLError } from "graphql";
import { ERROR_TABLE } from "../../domain/errors.js";

/** The error for an operation that exceeds a limit. It did not run. */
export const tooComplex = (): GraphQLError =>
  new GraphQLError(ERROR_TABLE.OPERATION_TOO_COMPLEX.publicText, {
    extensions: {
      code: "OPERATION_TOO_COMPLEX",
      http: { status: ERROR_TABLE.OPERATION_TOO_COMPLEX.status },
    },
  });
