"""
Backups, restoring them, and drills that show that they can be restored.

    database ─ copied while it is in use ─┐
    sealed files, anchors, secrets ───────┼─ cut into chunks ─ sealed ─ packs ─┐
                                          │   (a chunk that is there already   ├─ a shelf: folder or bucket
                                          │    is named, not sent again)       │
                                          └─ manifest: what belongs together, counted, hashed, signed ─┘

`taking` makes a backup, `restoring` lays one into an empty place, `drill` does that in a scratch folder and looks
whether it is what it was. The master key is in none of it: whoever has the shelf has nothing, and whoever restores
brings the key, or the shares that it was split into (`vault.shares`).

This folder alone in `ops` holds the store: it copies a database, and asks nothing on anybody's behalf.

Source: 45 CFR 164.308(a)(7)(ii)(A), (B) and (D), data backup, disaster recovery, testing and revision;
164.310(d)(2)(iv), data backup and storage.
"""
