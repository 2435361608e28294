import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { SignInFlow } from "../../../src/features/identity/SignInFlow.tsx";
import { network } from "../../network.ts";

afterEach(() => vi.unstubAllGlobals());

const edition = { edition: "careconnect360", title: "CareConnect360", tagline: "", supportEmail: "a@b", demo: false };
const EDITION = { "GET /api/edition": { body: { ...edition, passkeys: true, codeUnlocks: true } } };
const KEPT_ELSEWHERE = { "GET /api/edition": { body: { ...edition, passkeys: false, codeUnlocks: false } } };
const asksForCode = { body: { step: "totp", methods: ["totp", "recovery-code"] } };
const done = { body: { step: "done", methods: [] } };

function show(onDone: () => void): void {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <SignInFlow onDone={onDone} />
    </QueryClientProvider>,
  );
}

async function signIn(password = "four random words"): Promise<void> {
  await userEvent.type(screen.getByLabelText("E-mail address"), "ada@harbour.example");
  await userEvent.type(screen.getByLabelText("Password"), `${password}{Enter}`);
}

test("password, then code, then in", async () => {
  const inside = vi.fn();
  const { bodies } = network({ ...EDITION, "POST /api/session": asksForCode, "POST /api/session/totp": done });
  show(inside);
  await signIn();
  await screen.findByText("One more step");
  screen.getAllByRole("textbox")[0]?.focus();
  await userEvent.keyboard("123456");
  await vi.waitFor(() => expect(inside).toHaveBeenCalledOnce());
  expect(bodies).toContainEqual({ code: "123456" });
});

test("a wrong password is told without saying which part is wrong", async () => {
  network({ ...EDITION, "POST /api/session": { status: 401, body: { title: "x", status: 401 } } });
  show(vi.fn());
  await signIn("wrong");
  expect((await screen.findByRole("alert")).textContent).toContain("Check the e-mail address and the password");
});

test("a short wait after a wrong try is sat out", async () => {
  const inside = vi.fn();
  const { asked } = network({
    ...EDITION,
    "POST /api/session": [
      { status: 429, body: { title: "Throttled", status: 429 }, headers: { "Retry-After": "1" } },
      done,
    ],
  });
  show(inside);
  await signIn();
  await vi.waitFor(() => expect(inside).toHaveBeenCalledOnce(), { timeout: 3000 });
  expect(asked.filter((name) => name === "POST /api/session")).toHaveLength(2);
});

test("a wrong code empties the boxes and says what to do", async () => {
  network({ ...EDITION, "POST /api/session": asksForCode, "POST /api/session/totp": { status: 401, body: {} } });
  show(vi.fn());
  await signIn();
  await screen.findByText("One more step");
  screen.getAllByRole("textbox")[0]?.focus();
  await userEvent.keyboard("000000");
  expect(await screen.findByText(/That code does not work/)).toBeTruthy();
  expect(screen.getAllByRole("textbox").map((box) => (box as HTMLInputElement).value)).toEqual([
    "",
    "",
    "",
    "",
    "",
    "",
  ]);
});

test("who has lost the phone uses a recovery code", async () => {
  const inside = vi.fn();
  network({ ...EDITION, "POST /api/session": asksForCode, "POST /api/session/recovery-code": done });
  show(inside);
  await signIn();
  await userEvent.click(await screen.findByRole("button", { name: "Use a recovery code instead" }));
  await userEvent.type(screen.getByLabelText("Recovery code"), "k7mq-2xvd{Enter}");
  await vi.waitFor(() => expect(inside).toHaveBeenCalledOnce());
});

test("the first sign-in of staff sets up the app and shows the codes once", async () => {
  const inside = vi.fn();
  network({
    ...EDITION,
    "POST /api/session": { body: { step: "enrol-totp", methods: [] } },
    "GET /api/session": { status: 401, body: {} },
    "POST /api/session/refresh": { status: 401, body: {} },
    "POST /api/account/totp": {
      body: {
        secret: "JBSWY3DPEHPK3PXP",
        uri: "otpauth://totp/x",
        qrSvg: '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1h7"/></svg>',
      },
    },
    "POST /api/account/totp/confirm": { body: { recoveryCodes: ["k7mq-2xvd", "9fhn-ctw4"] } },
  });
  show(inside);
  await signIn();
  expect(await screen.findByText("JBSW Y3DP EHPK 3PXP")).toBeTruthy();
  screen.getAllByRole("textbox")[0]?.focus();
  await userEvent.keyboard("123456");
  expect(await screen.findByText("9fhn-ctw4")).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "Continue" }));
  expect(inside).not.toHaveBeenCalled();
  await userEvent.click(screen.getByRole("checkbox", { name: "I have saved these codes" }));
  await userEvent.click(screen.getByRole("button", { name: "Continue" }));
  expect(inside).toHaveBeenCalledOnce();
});

test("an empty form is not sent, and says what is missing", async () => {
  const { asked } = network(EDITION);
  show(vi.fn());
  await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
  expect(screen.getByText("Write your e-mail address")).toBeTruthy();
  expect(screen.getByText("Write your password")).toBeTruthy();
  expect(asked).not.toContain("POST /api/session");
});

test("a password that somebody else chose is changed before anything else", async () => {
  const inside = vi.fn();
  const { bodies } = network({
    ...KEPT_ELSEWHERE,
    "POST /api/session": { body: { step: "new-password", methods: [] } },
    "POST /api/session/password": [
      {
        status: 422,
        body: { title: "x", status: 422, errors: [{ place: "password", detail: "is easy to guess" }] },
      },
      done,
    ],
  });
  show(inside);
  await signIn();
  await screen.findByText("Choose a password of your own");
  await userEvent.type(screen.getByLabelText("New password"), "password{Enter}");
  expect(await screen.findByText("This password is easy to guess.")).toBeTruthy();
  await userEvent.type(screen.getByLabelText("New password"), " teapot stairs{Enter}");
  await vi.waitFor(() => expect(inside).toHaveBeenCalledOnce());
  expect(bodies).toContainEqual({ password: "password teapot stairs" });
});

test.each([
  ["offered", EDITION, 1],
  ["not offered where passwords are kept elsewhere", KEPT_ELSEWHERE, 0],
])("a passkey is %s", async (_, answers, buttons) => {
  vi.stubGlobal("PublicKeyCredential", { parseRequestOptionsFromJSON: vi.fn() });
  network(answers);
  show(vi.fn());
  await vi.waitFor(() => expect(screen.queryAllByText("Sign in with a passkey")).toHaveLength(buttons));
});

test("where passwords are checked elsewhere and nobody answers, the password is not called wrong", async () => {
  network({ ...KEPT_ELSEWHERE, "POST /api/session": { status: 503, body: { title: "x", status: 503 } } });
  show(vi.fn());
  await signIn();
  const said = (await screen.findByRole("alert")).textContent;
  expect(said).toContain("The server does not answer");
  expect(said).not.toContain("Check the e-mail address");
});
