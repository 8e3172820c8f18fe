/** A kind of caller an access map is made for. Ids and kinds are stable. */
export type Persona =
  | { readonly id: "visitor" | "signedIn" | "stolenToken" | "everything"; readonly kind: "fixed" }
  | {
      /** `scope:<scope>` */
      readonly id: string;
      readonly kind: "scope";
      readonly scope: string;
    };
