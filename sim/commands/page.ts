/** What a command's output is printed on. */
import pc from 'picocolors';
import type { Page } from '../report/text.js';

/** Stdout: its columns between 60 and 100, 80 where it is no terminal; colours only on one. */
export function pageOfStdout(): Page {
  const { isTTY, columns } = process.stdout;
  return {
    width: Math.min(100, Math.max(60, isTTY && columns > 0 ? columns : 80)),
    colours: isTTY === true && pc.isColorSupported,
  };
}
