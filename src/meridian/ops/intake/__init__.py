"""
`meridian import`: files of FHIR resources into one organisation's records.

`sources` finds files in folders and archives, `reading` takes resources out of them, `linking` gives each its lasting
id and points references at those ids, `loading` writes them in large transactions through the one door, and `outcome`
keeps count. Memory is bounded by one Bundle and one batch, however large the import.

An import can be repeated: the same input gives the same ids, and what is there already is not written again.
"""
