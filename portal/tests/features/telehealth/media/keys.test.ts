// @vitest-environment node
/** How people come to each other's frame keys, with a post between them that can be looked into and can lose letters. */
import { expect, test, vi } from "vitest";
import type { Told } from "../../../../src/features/telehealth/media/frames.ts";
import { Keys } from "../../../../src/features/telehealth/media/keys.ts";

class Post {
  readonly people = new Map<string, { keys: Keys; told: Told[] }>();
  readonly letters: { from: string; to: string; wrapped: string }[] = [];
  lose = (_from: string, _to: string): boolean => false;

  join(id: string): { keys: Keys; told: Told[] } {
    const told: Told[] = [];
    const keys = new Keys({
      visit: "v1",
      me: id,
      tell: (one) => told.push(one),
      changed: () => undefined,
      send: async (to, _epoch, wrapped) => {
        this.letters.push({ from: id, to, wrapped });
        if (!this.lose(id, to)) this.people.get(to)?.keys.hear(id, wrapped);
      },
    });
    this.people.set(id, { keys, told });
    return { keys, told };
  }

  meet(epoch: number): void {
    const ids = [...this.people.keys()];
    for (const [id, { keys }] of this.people)
      keys.people(
        ids.filter((one) => one !== id),
        epoch,
      );
  }

  /** The key that `id` seals with now. */
  own(id: string): Extract<Told, { kind: "own" }> | undefined {
    return this.people.get(id)?.told.findLast((told) => told.kind === "own");
  }

  /** The newest key of `of` that `id` has. */
  known(id: string, of: string): Extract<Told, { kind: "key" }> | undefined {
    const told = this.people.get(id)?.told ?? [];
    return told.findLast((one) => one.kind === "key" && one.person === of) as
      | Extract<Told, { kind: "key" }>
      | undefined;
  }

  agree(): void {
    for (const of of this.people.keys())
      for (const id of this.people.keys())
        if (id !== of) expect(this.known(id, of)).toMatchObject({ kid: this.own(of)?.kid, base: this.own(of)?.base });
  }
}

const settled = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 4000 });

test("three people come to each other's keys", async () => {
  const post = new Post();
  for (const id of ["anne", "ben", "cleo"]) post.join(id);

  post.meet(1);

  await settled(() => post.agree());
  expect([...post.people.values()].every(({ keys }) => keys.isComplete())).toBe(true);
  const [anne, ben] = ["anne", "ben"].map((id) => post.people.get(id)?.keys.publicKeys()?.map(String).sort());
  expect(anne).toHaveLength(3);
  expect(anne).toEqual(ben);
});

test("the post never carries a key that it could read", async () => {
  const post = new Post();
  for (const id of ["anne", "ben"]) post.join(id);
  post.meet(1);
  await settled(() => post.agree());

  const secrets = ["anne", "ben"].map((id) => Buffer.from(post.own(id)?.base ?? []));
  const carried = post.letters.map(({ wrapped }) => Buffer.from(wrapped, "base64url"));

  expect(carried.some((letter) => secrets.some((secret) => letter.includes(secret)))).toBe(false);
  expect(post.letters.every(({ wrapped }) => wrapped.length <= 400)).toBe(true);
});

test("whoever joins or leaves brings everybody a new key, and keeps none that comes after", async () => {
  const post = new Post();
  for (const id of ["anne", "ben"]) post.join(id);
  post.meet(1);
  await settled(() => post.agree());
  const before = post.own("anne")?.base;

  post.join("cleo");
  post.meet(2);
  await settled(() => post.agree());
  const during = post.own("anne")?.base;
  expect(during).not.toEqual(before);
  expect(
    post.people.get("cleo")?.told.some((told) => told.kind === "key" && String(told.base) === String(before)),
  ).toBe(false);

  const cleo = post.people.get("cleo");
  post.people.delete("cleo");
  post.meet(3);
  await settled(() => expect(post.own("anne")?.base).not.toEqual(during));
  await settled(() => post.agree());
  const after = post.own("anne")?.base;
  expect(cleo?.told.some((told) => told.kind === "key" && String(told.base) === String(after))).toBe(false);
  expect(post.people.get("anne")?.told).toContainEqual({ kind: "forget", person: "cleo" });
});

test("who loads the page anew is given the keys again", async () => {
  const post = new Post();
  for (const id of ["anne", "ben"]) post.join(id);
  post.meet(1);
  await settled(() => post.agree());

  post.join("ben");
  post.people.get("ben")?.keys.people(["anne"], 1);

  await settled(() => post.agree());
});

test("a letter that was lost is asked for", async () => {
  const post = new Post();
  for (const id of ["anne", "ben"]) post.join(id);
  post.lose = (from) => from === "anne";
  post.meet(1);
  await settled(() => expect(post.letters.filter(({ from }) => from === "anne").length).toBeGreaterThan(1));
  expect(post.known("ben", "anne")).toBeUndefined();
  post.lose = () => false;

  post.people.get("ben")?.keys.ask("anne");

  await settled(() => post.agree());
});

test("a letter opens for nobody else, and under nobody else's name", async () => {
  const post = new Post();
  for (const id of ["anne", "ben", "cleo"]) post.join(id);
  post.meet(1);
  await settled(() => post.agree());
  const letter = post.letters.findLast(({ from, to }) => from === "anne" && to === "ben")?.wrapped ?? "";
  const count = (id: string) => post.people.get(id)?.told.length;
  const [ben, cleo] = [count("ben"), count("cleo")];

  post.people.get("cleo")?.keys.hear("anne", letter);
  post.people.get("ben")?.keys.hear("cleo", letter);
  post.people.get("ben")?.keys.hear("a stranger", letter);
  post.people.get("ben")?.keys.hear("anne", "not a letter");
  post.people.get("ben")?.keys.ask("anne");
  await settled(() => expect(count("ben")).toBe((ben ?? 0) + 1));

  expect(count("cleo")).toBe(cleo);
});
