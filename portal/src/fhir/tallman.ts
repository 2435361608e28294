/**
 * Look-alike names of medicines in tall-man letters; the list is the server's (`medications/formulary/tallman.txt`).
 * Source: FDA and ISMP Lists of Look-Alike Drug Names with Recommended Tall Man Letters.
 */
const NAMES = `
  ALPRAZolam amLODIPine aMILoride azaTHIOprine buPROPion busPIRone carBAMazepine CARBOplatin ceFAZolin
  cefTRIAXone chlordiazePOXIDE chlorproMAZINE CISplatin clomiPRAMINE clonazePAM cloNIDine cycloSERINE
  cycloSPORINE dimenhyDRINATE diphenhydrAMINE DOBUTamine DOPamine DULoxetine ePHEDrine EPINEPHrine fentaNYL
  FLUoxetine glipiZIDE glyBURIDE guaiFENesin guanFACINE hydrALAZINE HYDROcodone HYDROmorphone hydrOXYzine
  LORazepam medroxyPROGESTERone metFORMIN methylPREDNISolone metroNIDAZOLE niCARdipine NIFEdipine niMODipine
  OLANZapine OXcarbazepine oxyCODONE PARoxetine PENTobarbital PHENobarbital predniSONE prednisoLONE QUEtiapine
  quiNIDine quiNINE SUFentanil
`;

const TALL = new Map(NAMES.split(/\s+/).map((name) => [name.toLowerCase(), name]));

/** `text` with look-alike names in tall-man letters: `metFORMIN 500 mg tablet`. For staff; nothing is kept so. */
export const tallMan = (text: string): string =>
  text.replace(/\p{L}+/gu, (word) => TALL.get(word.toLowerCase()) ?? word);
