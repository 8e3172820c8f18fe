/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
export type AccountQueryVariables = Exact<{ [key: string]: never; }>;


export type AccountQuery = { readonly me: { readonly id: string, readonly name: string, readonly wallet: { readonly balance: number } | null } | null };

export type ProductsQueryVariables = Exact<{
  first: number;
}>;


export type ProductsQuery = { readonly topProducts: ReadonlyArray<
    | { readonly __typename: 'Book', readonly pages: number, readonly id: string, readonly name: string }
    | { readonly __typename: 'Film', readonly id: string, readonly name: string }
    | { readonly __typename: 'Prototype', readonly id: string, readonly name: string }
   | null> | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}

export const AccountDocument = new TypedDocumentString(`
    query Account {
  me {
    id
    name
    wallet {
      balance
    }
  }
}
    `) as unknown as TypedDocumentString<AccountQuery, AccountQueryVariables>;
export const ProductsDocument = new TypedDocumentString(`
    query Products($first: Int!) {
  topProducts(first: $first) {
    __typename
    id
    name
    ... on Book {
      pages
    }
  }
}
    `) as unknown as TypedDocumentString<ProductsQuery, ProductsQueryVariables>;