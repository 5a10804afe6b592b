/** A bzImage, as far as its header goes. */
export const VERSION = '6.12.0-test (someone@somewhere) #1 SMP';

export const bzImage = (version = VERSION, at = 0x3000): Buffer => {
  const image = Buffer.alloc(0x4000);
  image.write('HdrS', 0x202, 'latin1');
  image.writeUInt16LE(0x20f, 0x206);
  image.writeUInt16LE(at, 0x20e);
  image[0x211] = 1;
  image[0x236] = 1;
  if (at < image.length - 0x200) image.write(`${version}\0`, at + 0x200, 'latin1');
  return image;
};
