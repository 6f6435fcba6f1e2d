import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { SecuritySettings, UpdateSecuritySettings } from '@qc/contracts';
import type { ClientSession, Model } from 'mongoose';
import { SecuritySettingsRecord } from './security-settings.schema';

const THE_ONE = 'installation';
const OFF: SecuritySettings = { partnerVerification: false, emailVerification: false, adminSecondFactor: false };

@Injectable()
export class SecuritySettingsRepository {
  constructor(@InjectModel(SecuritySettingsRecord.name) private readonly settings: Model<SecuritySettingsRecord>) {}

  async read(): Promise<SecuritySettings> {
    return settingsOf(await this.settings.findById(THE_ONE).lean<SecuritySettingsRecord>().exec());
  }

  /** Answers what held before. */
  async update(change: UpdateSecuritySettings, session: ClientSession): Promise<SecuritySettings> {
    const before = await this.settings
      .findByIdAndUpdate(THE_ONE, { $set: change }, { upsert: true, returnDocument: 'before', session })
      .lean<SecuritySettingsRecord | null>()
      .exec();
    return settingsOf(before);
  }
}

function settingsOf(record: SecuritySettingsRecord | null): SecuritySettings {
  const { _id, ...settings } = record ?? { _id: THE_ONE };
  return { ...OFF, ...settings };
}
