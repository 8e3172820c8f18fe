/** What the bundler adds to the language: style sheets, files found by pattern, and the address of a worker. */
declare module "*.css";

declare module "*?worker&url" {
  const address: string;
  export default address;
}

interface ImportMeta {
  glob<Module>(pattern: string, options: { readonly eager: true }): Readonly<Record<string, Module>>;
}

/** The part of Trusted Types that the page uses. Browsers without them have no `trustedTypes`. */
interface TrustedTypePolicyFactory {
  createPolicy(
    name: string,
    rules: { readonly createScriptURL: (address: string) => string },
  ): { createScriptURL(address: string): string };
}
declare var trustedTypes: TrustedTypePolicyFactory | undefined;
