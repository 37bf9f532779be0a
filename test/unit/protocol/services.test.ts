import { describe, expect, it } from 'vitest';
import {
  actionCacheService,
  byteStreamService,
  capabilitiesService,
  casService,
} from '../../../src/protocol/services.ts';

describe('services', () => {
  it('have the names that the field knows', () => {
    const all = { ...capabilitiesService, ...actionCacheService, ...casService, ...byteStreamService };
    expect(
      Object.values(all).map((m) => `${m.path} ${m.requestStream} ${m.responseStream}`),
    ).toMatchInlineSnapshot(`
      [
        "/build.bazel.remote.execution.v2.Capabilities/GetCapabilities false false",
        "/build.bazel.remote.execution.v2.ActionCache/GetActionResult false false",
        "/build.bazel.remote.execution.v2.ActionCache/UpdateActionResult false false",
        "/build.bazel.remote.execution.v2.ContentAddressableStorage/FindMissingBlobs false false",
        "/build.bazel.remote.execution.v2.ContentAddressableStorage/BatchUpdateBlobs false false",
        "/build.bazel.remote.execution.v2.ContentAddressableStorage/BatchReadBlobs false false",
        "/build.bazel.remote.execution.v2.ContentAddressableStorage/GetTree false true",
        "/google.bytestream.ByteStream/Read false true",
        "/google.bytestream.ByteStream/Write true false",
        "/google.bytestream.ByteStream/QueryWriteStatus false false",
      ]
    `);
    expect(Object.entries(all).filter(([name, m]) => !m.path.endsWith(`/${name}`))).toEqual([]);
  });
});
