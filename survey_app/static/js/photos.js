// Makes a photo fit for a bad line: at most 1600 px and 600 KB, a JPEG without EXIF, named by its digest.
import {digest} from './outbox.js';

const LONGEST = 1600;
const HEAVIEST = 600 * 1024;
const QUALITIES = [0.82, 0.7, 0.55, 0.4];

/** @param {ImageBitmap} image @param {number} longest @param {number} quality @returns {Promise<Blob>} */
function draw(image, longest, quality) {
  const scale = Math.min(1, longest / Math.max(image.width, image.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(image.width * scale));
  canvas.height = Math.max(1, Math.round(image.height * scale));
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', {alpha: false}));
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no blob'))), 'image/jpeg', quality));
}

/**
 * The photo as it will be kept and sent; drawing it anew leaves out where and with what it was taken.
 * Fails when the browser cannot read the file as an image.
 * @param {Blob} file @param {number} [longest] pixels @param {number} [heaviest] bytes
 * @returns {Promise<import('./types.js').Photo>}
 */
export async function shrink(file, longest = LONGEST, heaviest = HEAVIEST) {
  const image = await createImageBitmap(file, {imageOrientation: 'from-image'});
  try {
    for (let side = longest; ; side = Math.round(side * 0.7)) {
      for (const quality of QUALITIES) {
        const bytes = await (await draw(image, side, quality)).arrayBuffer();
        if (bytes.byteLength <= heaviest) return {sha256: await digest(bytes), len: bytes.byteLength, mime: 'image/jpeg', bytes};
      }
    }
  } finally {
    image.close();
  }
}
