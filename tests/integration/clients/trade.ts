// Plays an offer with the types that openapi-typescript makes of the API document. Run by a test, which puts
// schema.d.ts beside it: node trade.js URL PASSWORD.
import createClient from "openapi-fetch";
import type { components, paths } from "./schema";

type State = components["schemas"]["OfferDetail"]["status"];

function expect(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

async function loggedIn(baseUrl: string, name: string, password: string) {
  const anybody = createClient<paths>({ baseUrl });
  const { data } = await anybody.POST("/auth/token", { body: { email: `${name}@example.com`, password } });
  expect(data !== undefined, `${name} cannot log in`);
  return createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${data.entity.access}` } });
}

async function main(baseUrl: string, password: string): Promise<void> {
  const jude = await loggedIn(baseUrl, "jude", password);
  const amara = await loggedIn(baseUrl, "amara", password);
  const posted = await jude.POST("/p2p/ad", {
    params: { header: { "Idempotency-Key": "ad-1" } },
    body: {
      ad_type: "sell", crypto_currency: "trx", crypto_amount: "100", price_per_unit: "200", fiat_currency: "usd",
      payment_method: "bank_transfer", bank_account_name: "Jude Okafor", bank_account_number: "0987654321",
      bank_name: "Second Bank",
    },
  });
  const ad = Number(posted.response.headers.get("Location")?.split("/").pop());
  const made = await amara.POST("/p2p/offer/create", {
    body: {
      ad, currency_amount: "10", bank_account_name: "Amara Nwosu", bank_account_number: "0123456789",
      bank_name: "First Bank",
    },
  });
  expect(made.data !== undefined, JSON.stringify(made.error));
  const offer = made.data.entity;
  // Only whoever asks for a dry run gets the other answer.
  expect("id" in offer, "the offer was not made");
  const path = { offer_id: offer.id };
  const shown = await amara.GET("/p2p/offer/detail/{offer_id}", { params: { path } });
  const state: State | undefined = shown.data?.entity.status;
  expect(state === "pending", "the offer is not pending");
  expect(shown.data?.entity.pay_to?.bank_name === "Second Bank", "there is nowhere to pay to");
  const refused = await amara.POST("/p2p/offer/release/{offer_id}", { params: { path } });
  expect(refused.error?.message === "You are not authorized to release funds on this trade", "the taker released");
  const header = { "If-Match": `"${shown.data.entity.version}"` };
  await amara.POST("/p2p/offer/paid/{offer_id}", { params: { path, header } });
  const released = await jude.POST("/p2p/offer/release/{offer_id}", { params: { path } });
  expect(released.data?.success === true, JSON.stringify(released.error));
  const held = await amara.GET("/wallet");
  expect(held.data?.entity[0]?.p2p === "1010.00000000000000000000", "the coins did not arrive");
}

const [baseUrl, password] = process.argv.slice(2);
await main(baseUrl ?? "", password ?? "");
