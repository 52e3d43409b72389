import { encodeQR } from 'qr';

export interface QrPicture {
  /** Modules along a side, with the quiet zone around them. */
  readonly size: number;
  /** One square per dark module. */
  readonly path: string;
}

const quiet = 4;

/** A QR code as one path: made here, so that no secret leaves for a service that draws it. */
export function qrPicture(text: string): QrPicture {
  const rows = encodeQR(text, 'raw', { ecc: 'medium', border: quiet });
  const path = rows.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : []))).join('');
  return { size: rows.length, path };
}
