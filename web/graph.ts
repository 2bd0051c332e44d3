/** The page of a graph: attack paths, or a data-flow diagram. */
import type { Picture } from '../src/report/html/picture.ts';
import { GraphView } from './graph-view.ts';
import { chooseColours, unpackData } from './page.ts';

async function start(): Promise<void> {
  chooseColours();
  new GraphView(await unpackData<Picture>());
  document.documentElement.dataset.ready = 'yes';
}

void start();
