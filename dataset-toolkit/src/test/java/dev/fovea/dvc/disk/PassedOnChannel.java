package dev.fovea.dvc.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** A channel that passes everything on to another. */
class PassedOnChannel extends FileChannel {
  final FileChannel behind;

  PassedOnChannel(FileChannel behind) {
    this.behind = behind;
  }

  @Override
  public int read(ByteBuffer to) throws IOException {
    return behind.read(to);
  }

  @Override
  public long read(ByteBuffer[] to, int offset, int length) throws IOException {
    return behind.read(to, offset, length);
  }

  @Override
  public int write(ByteBuffer bytes) throws IOException {
    return behind.write(bytes);
  }

  @Override
  public long write(ByteBuffer[] bytes, int offset, int length) throws IOException {
    return behind.write(bytes, offset, length);
  }

  @Override
  public long position() throws IOException {
    return behind.position();
  }

  @Override
  public FileChannel position(long at) throws IOException {
    behind.position(at);
    return this;
  }

  @Override
  public long size() throws IOException {
    return behind.size();
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    behind.truncate(size);
    return this;
  }

  @Override
  public void force(boolean metaData) throws IOException {
    behind.force(metaData);
  }

  @Override
  public long transferTo(long at, long count, WritableByteChannel to) throws IOException {
    return behind.transferTo(at, count, to);
  }

  @Override
  public long transferFrom(ReadableByteChannel from, long at, long count) throws IOException {
    return behind.transferFrom(from, at, count);
  }

  @Override
  public int read(ByteBuffer to, long at) throws IOException {
    return behind.read(to, at);
  }

  @Override
  public int write(ByteBuffer bytes, long at) throws IOException {
    return behind.write(bytes, at);
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long at, long size) throws IOException {
    return behind.map(mode, at, size);
  }

  @Override
  public FileLock lock(long at, long size, boolean shared) throws IOException {
    return behind.lock(at, size, shared);
  }

  @Override
  public FileLock tryLock(long at, long size, boolean shared) throws IOException {
    return behind.tryLock(at, size, shared);
  }

  @Override
  protected void implCloseChannel() throws IOException {
    behind.close();
  }
}
