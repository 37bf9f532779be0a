import { demand, readDigest, writeDigest } from '../fingerprint/reapi/digest.ts';
import type { Digest } from '../model/digest.ts';
import { type Codec, codec, copyOf } from './codec.ts';

export interface GetActionResultRequest {
  readonly instance: string;
  readonly actionDigest: Digest;
}

/** GetActionResultRequest { instance_name 1, action_digest 2 }. What it may inline, nobody has to. */
export const getActionResultRequest: Codec<GetActionResultRequest> = codec({
  name: 'GetActionResultRequest',
  write(writer, request) {
    writer.text(1, request.instance);
    writeDigest(writer, 2, request.actionDigest);
  },
  read(reader) {
    let instance = '';
    let digest: Digest | undefined;
    while (reader.next()) {
      if (reader.field === 1) instance = reader.text();
      else if (reader.field === 2) digest = readDigest(reader);
    }
    return { instance, actionDigest: demand(reader, digest) };
  },
});

export interface UpdateActionResultRequest extends GetActionResultRequest {
  /** An ActionResult message. */
  readonly result: Uint8Array;
}

/** UpdateActionResultRequest { instance_name 1, action_digest 2, action_result 3 }. */
export const updateActionResultRequest: Codec<UpdateActionResultRequest> = codec({
  name: 'UpdateActionResultRequest',
  size: ({ result }) => result.length + 512,
  write(writer, request) {
    writer.text(1, request.instance);
    writeDigest(writer, 2, request.actionDigest);
    writer.bytes(3, request.result);
  },
  read(reader) {
    let instance = '';
    let digest: Digest | undefined;
    let result: Uint8Array = new Uint8Array();
    while (reader.next()) {
      if (reader.field === 1) instance = reader.text();
      else if (reader.field === 2) digest = readDigest(reader);
      else if (reader.field === 3) result = copyOf(reader.bytes());
    }
    return { instance, actionDigest: demand(reader, digest), result };
  },
});
