import 'server-only';
import type PDFDocument from 'pdfkit';
import type { Faces } from './document-fonts.ts';

type Pdf = InstanceType<typeof PDFDocument>;

interface TextStyle {
  readonly size?: number;
  readonly isBold?: boolean;
  readonly isQuiet?: boolean;
  readonly isRight?: boolean;
  /** Shares of the width between the margins. */
  readonly x: number;
  readonly width: number;
}

/** Paper, written from top to bottom. */
export interface Sheet {
  y(): number;
  to(y: number): void;
  down(by: number): void;
  /** Writes at the present height and stays there. @returns the height it took */
  text(text: string, style: TextStyle): number;
  height(text: string, width: number): number;
  rule(): void;
  /** Begins a new page where so much does not fit. */
  room(height: number, heading: () => void): void;
  /** At the foot of every page: what stands left and right. */
  foot(of: (page: number, pages: number) => readonly [left: string, right: string]): void;
}

// Paper is white whatever theme the portal has.
const ink = 'black';
const quiet = 'dimgray';
const hairline = 'lightgray';
const margin = 56;
const footHeight = 28;
const usualSize = 9.5;

export function createSheet(pdf: Pdf, faces: Faces): Sheet {
  for (const [name, face] of Object.entries(faces)) pdf.registerFont(name, face);
  const inner = pdf.page.width - 2 * margin;
  const lowest = pdf.page.height - margin - footHeight;
  let at = margin;
  const font = (text: string, isBold = false) => {
    const isCovered = /^[\u0020-\u024f\u2010-\u2027\u2030-\u203a\u20ac\u2212\u2122]*$/.test(text);
    return pdf.font(isCovered ? (isBold ? 'bold' : 'regular') : isBold ? 'otherBold' : 'otherRegular');
  };
  const options = ({ width, isRight }: Pick<TextStyle, 'width' | 'isRight'>) => ({
    width: inner * width,
    align: isRight ? ('right' as const) : ('left' as const),
    lineGap: 1.5,
  });
  const write = (told: string, y: number, style: TextStyle) => {
    const text = printable(told);
    font(text, style.isBold)
      .fontSize(style.size ?? usualSize)
      .fillColor(style.isQuiet ? quiet : ink)
      .text(text, margin + inner * style.x, y, options(style));
    return pdf.heightOfString(text, options(style));
  };
  const rule = (y: number) =>
    pdf
      .moveTo(margin, y)
      .lineTo(margin + inner, y)
      .lineWidth(0.5)
      .strokeColor(hairline)
      .stroke();
  return {
    y: () => at,
    to: (y) => {
      at = y;
    },
    down: (by) => {
      at += by;
    },
    text: (text, style) => write(text, at, style),
    height: (text, width) =>
      font(printable(text)).fontSize(usualSize).heightOfString(printable(text), options({ width })),
    rule: () => rule(at),
    room: (height, heading) => {
      if (at + height <= lowest) return;
      pdf.addPage();
      at = margin;
      heading();
    },
    foot: (of) => {
      const { count } = pdf.bufferedPageRange();
      for (let page = 0; page < count; page++) {
        pdf.switchToPage(page);
        rule(lowest + footHeight / 2);
        const [left, right] = of(page + 1, count);
        const style = { size: 8, isQuiet: true } as const;
        write(left, lowest + footHeight, { ...style, x: 0, width: 0.6 });
        write(right, lowest + footHeight, { ...style, x: 0.6, width: 0.4, isRight: true });
      }
    },
  };
}

/** One line of text whatever a tenant wrote: no breaks, no signs that turn the direction of what follows. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim();
}
