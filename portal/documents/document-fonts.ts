import 'server-only';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** The faces of a document: Inter, and for scripts that it lacks DejaVu, which nearly all of them have. */
export interface Faces {
  readonly regular: Buffer;
  readonly bold: Buffer;
  readonly otherRegular: Buffer;
  readonly otherBold: Buffer;
}

const files = {
  regular: '@fontsource/inter/files/inter-latin-400-normal.woff',
  bold: '@fontsource/inter/files/inter-latin-600-normal.woff',
  otherRegular: 'dejavu-fonts-ttf/ttf/DejaVuSans.ttf',
  otherBold: 'dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf',
} as const;

let known: Promise<Faces> | undefined;

/** Read once. The build puts the files beside the server: see `outputFileTracingIncludes`. */
export function documentFaces(): Promise<Faces> {
  known ??= readFaces();
  return known;
}

async function readFaces(): Promise<Faces> {
  const { resolve } = createRequire(join(process.cwd(), 'package.json'));
  const read = (name: keyof typeof files) => readFile(resolve(files[name]));
  const [regular, bold, otherRegular, otherBold] = await Promise.all([
    read('regular'),
    read('bold'),
    read('otherRegular'),
    read('otherBold'),
  ]);
  return { regular, bold, otherRegular, otherBold };
}
