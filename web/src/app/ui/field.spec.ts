import { Component, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { form, FormField, required } from '@angular/forms/signals';
import { Control } from './control';
import { Field } from './field';

@Component({
  selector: 'qc-form',
  imports: [Control, Field, FormField],
  template: `
    <qc-field label="Street" hint="With the number." [of]="form.street">
      <input qcControl [formField]="form.street" />
    </qc-field>
  `,
})
class Form {
  readonly form = form(signal({ street: '' }), (path) => required(path.street, { message: 'A street is needed.' }));
}

async function render() {
  const fixture = TestBed.createComponent(Form);
  await fixture.whenStable();
  const root = fixture.nativeElement as HTMLElement;
  const input = root.querySelector('input')!;
  const described = () => root.querySelector(`[id="${input.getAttribute('aria-describedby')}"]`)?.textContent?.trim();
  return { fixture, root, input, described };
}

describe('qc-field', () => {
  it('names its control and describes it with the hint', async () => {
    const { root, input, described } = await render();
    expect(root.querySelector('label')!.htmlFor).toBe(input.id);
    expect(described()).toBe('With the number.');
  });

  it('says what is wrong once the visitor has been there, to eye and ear', async () => {
    const { fixture, input, described } = await render();
    expect(input.getAttribute('aria-invalid')).toBeNull();
    input.dispatchEvent(new Event('blur'));
    await fixture.whenStable();
    expect([input.getAttribute('aria-invalid'), described()]).toEqual(['true', 'A street is needed.']);
  });
});
