/** The lab's page: the isolation matrix. */
import type { LabData } from '../src/report/html/lab-data.ts';
import { Matrix } from './matrix.ts';
import { chooseColours, unpackData } from './page.ts';

async function start(): Promise<void> {
  chooseColours();
  new Matrix(await unpackData<LabData>()).draw();
  document.documentElement.dataset.ready = 'yes';
}

void start();
