// Pictures from the camera and from files, made as small as the studio takes them.

const MOST_BYTES = 4 << 20;
const SIDE = 1600;

/** A picture that can be sent: as it is, or smaller. What no browser can read is left to the studio to refuse. */
export async function picture(file) {
  if (file.size <= MOST_BYTES) {
    return file;
  }
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) {
    return file;
  }
  const by = Math.min(1, SIDE / Math.max(bitmap.width, bitmap.height));
  return jpeg(bitmap, Math.round(bitmap.width * by), Math.round(bitmap.height * by));
}

function jpeg(image, width, height) {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  canvas.getContext('2d').drawImage(image, 0, 0, width, height);
  return new Promise(done => canvas.toBlob(done, 'image/jpeg', 0.92));
}

/** A photograph, by a dialog with a live picture; undefined if it was cancelled. Rejects where there is no camera. */
export async function snap(dialog) {
  const stream = await navigator.mediaDevices.getUserMedia({video: {facingMode: 'user'}});
  const video = dialog.querySelector('video');
  try {
    video.srcObject = stream;
    dialog.showModal();
    const word = await new Promise(done => {
      dialog.onclick = event => event.target.closest('button') && dialog.close(event.target.closest('button').value);
      dialog.onclose = () => done(dialog.returnValue);
    });
    dialog.returnValue = '';
    return word === 'take' ? await jpeg(video, video.videoWidth, video.videoHeight) : undefined;
  } finally {
    stream.getTracks().forEach(track => track.stop());
    video.srcObject = null;
  }
}
