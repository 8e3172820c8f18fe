/** Every text of the page for end users. */
export interface AccountTexts {
  readonly language: "en" | "de";
  readonly title: string;
  readonly intro: string;
  readonly signedOut: string;
  readonly current: string;
  readonly unknownDevice: string;
  readonly lastSeen: string;
  readonly signedIn: string;
  readonly end: string;
  readonly endOthers: string;
  readonly refused: string;
  readonly unavailable: string;
  readonly failed: string;
}

const ENGLISH: AccountTexts = {
  language: "en",
  title: "Your sessions",
  intro: "These devices are signed in to your account. End a session that you do not recognise.",
  signedOut: "You are not signed in. Sign in to the application, and open this page again.",
  current: "This device",
  unknownDevice: "Unnamed device",
  lastSeen: "Last seen",
  signedIn: "Signed in",
  end: "Sign out",
  endOthers: "Sign out all other devices",
  refused: "This request did not come from this page. Open the page again, and repeat what you did.",
  unavailable: "This is not possible at the moment. Try again in a few minutes.",
  failed: "Something went wrong on our side.",
};

// cspell:disable
const GERMAN: AccountTexts = {
  language: "de",
  title: "Ihre Sitzungen",
  intro: "Diese Geräte sind mit Ihrem Konto angemeldet. Beenden Sie eine Sitzung, die Sie nicht kennen.",
  signedOut:
    "Sie sind nicht angemeldet. Melden Sie sich in der Anwendung an und öffnen Sie diese Seite erneut.",
  current: "Dieses Gerät",
  unknownDevice: "Gerät ohne Namen",
  lastSeen: "Zuletzt gesehen",
  signedIn: "Angemeldet",
  end: "Abmelden",
  endOthers: "Alle anderen Geräte abmelden",
  refused:
    "Diese Anfrage kam nicht von dieser Seite. Öffnen Sie die Seite erneut und wiederholen Sie den Schritt.",
  unavailable: "Das ist gerade nicht möglich. Versuchen Sie es in einigen Minuten noch einmal.",
  failed: "Bei uns ist etwas schiefgegangen.",
};

// cspell:enable

/** The texts in the first language of `Accept-Language` that we have, by weight; else English (RFC 9110 §12.5.4). */
export function textsFor(acceptLanguage: string | undefined): AccountTexts {
  const [first] = (acceptLanguage ?? "")
    .split(",")
    .map((range) => {
      const [tag = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
      const quality = Number(parameters.find((each) => each.startsWith("q="))?.slice(2) ?? "1");
      return { language: tag.split("-", 1)[0], quality };
    })
    .filter(({ language, quality }) => (language === "en" || language === "de") && quality > 0)
    .sort((a, b) => b.quality - a.quality); // stable
  return first?.language === "de" ? GERMAN : ENGLISH;
}
