const longest = 200;
const ellipsis = '…';

/**
 * The beginning of a text on one line, up to 200 characters. A longer text is cut between words, and ends with an
 * ellipsis; a first word that fills the whole excerpt is cut where it must be.
 */
export function excerptOf(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  // By code points: a character outside the basic plane is never halved.
  const characters = [...line];
  if (characters.length <= longest) return line;
  const room = longest - ellipsis.length;
  const cut = characters[room] === ' ' ? room : characters.lastIndexOf(' ', room);
  return characters.slice(0, cut > 0 ? cut : room).join('') + ellipsis;
}
