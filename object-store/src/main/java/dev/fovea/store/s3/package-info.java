/** Objects in a bucket of any S3. */
@NullMarked
package dev.fovea.store.s3;

import org.jspecify.annotations.NullMarked;
