/** Three people with four devices in one document: invited, with other roles, removed; links that end; fresh keys. */
import { expectAccessible } from '../support/e2e/accessible.ts';
import { openFromHome, signIn, signUp, writeDocument } from '../support/e2e/account-steps.ts';
import { expect, test } from '../support/e2e/fixtures.ts';
import type { Person } from '../support/e2e/person.ts';

const PASSWORD = 'quiet otters swim at dawn';

const share = async ({ page }: Person): Promise<void> => {
  await page.getByRole('button', { name: 'Share' }).click();
  await expect(page.getByRole('dialog', { name: 'Share' })).toBeVisible();
};
const closeShare = async ({ page }: Person): Promise<void> => {
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog', { name: 'Share' })).toBeHidden();
};
const inList = ({ page }: Person, name: string) =>
  page.getByRole('list', { name: 'People in this document' }).getByRole('listitem').filter({ hasText: name });

async function invite(person: Person, name: string, role: string): Promise<void> {
  const { page } = person;
  await share(person);
  await page.getByRole('textbox', { name: 'Invite by user name' }).fill(name);
  await page.getByRole('combobox', { name: 'Role' }).selectOption(role);
  await page.getByRole('button', { name: 'Invite', exact: true }).click();
  await expect(inList(person, name)).toContainText(role);
  await closeShare(person);
}

async function accept({ page, text }: Person, url: string, from: string): Promise<void> {
  await page.goto(url);
  await page.getByRole('button', { name: `Accept the invitation of ${from}` }).click();
  await expect(text).toBeVisible({ timeout: 30_000 });
}

test('people are invited, write together, get other roles and are removed; a second device comes along', async ({
  server,
  person,
}) => {
  test.slow();
  const [ada, bob, cat] = [await person(), await person(), await person()];
  await signUp(ada, server.url, 'ada', PASSWORD);
  await signUp(bob, server.url, 'bob', PASSWORD);
  await signUp(cat, server.url, 'cat', PASSWORD);
  await writeDocument(ada, server.url, 'Plan', 'Written before anybody came.');

  await invite(ada, 'bob', 'Can edit');
  await accept(bob, server.url, 'ada');
  await expect(bob.text).toHaveText('Written before anybody came.');
  await bob.type(' Bob was here.');
  await expect(ada.text).toHaveText('Written before anybody came. Bob was here.');

  const phone = await person();
  await signIn(phone, server.url, 'bob', PASSWORD);
  await openFromHome(phone, 'Plan');
  await phone.type(' On the phone, too.');
  await expect(ada.text).toContainText('On the phone, too.');

  await invite(ada, 'cat', 'Can view');
  await accept(cat, server.url, 'ada');
  await expect(cat.text).toContainText('Bob was here.');
  await expect(cat.text).not.toBeEditable();

  await share(ada);
  await ada.page.getByRole('button', { name: 'Options for cat' }).click();
  await ada.page.getByRole('menuitemradio', { name: 'Can edit' }).click();
  await expect(inList(ada, 'cat')).toContainText('Can edit');
  await expect(cat.text).toBeEditable();
  await ada.page.getByRole('button', { name: 'Renew keys now' }).click();
  await expect(ada.page.getByText('The keys were renewed.')).toBeVisible();

  // Written offline in an epoch that is over when it is sent.
  await phone.context.setOffline(true);
  await phone.type(' Offline.');
  await ada.page.getByRole('button', { name: 'Renew keys now' }).click();
  await expect(ada.page.getByText('The keys were renewed.')).toBeVisible();
  await phone.context.setOffline(false);
  await phone.hasSaved();
  await closeShare(ada);
  await expect(ada.text).toContainText('Offline.');

  await share(ada);
  await ada.page.getByRole('button', { name: 'Options for bob' }).click();
  await ada.page.getByRole('menuitem', { name: 'Remove from document' }).click();
  await ada.page.getByRole('button', { name: 'Remove from document' }).click();
  // While the question is open, roles find nothing behind it.
  await expect(ada.page.getByRole('dialog', { name: 'Share' })).toBeVisible();
  await expect(inList(ada, 'bob')).toBeHidden();
  await closeShare(ada);
  for (const out of [bob, phone]) {
    await expect(out.page.getByText('You are not in this document any more').first()).toBeVisible();
    await expect(out.text).not.toBeEditable();
  }
  await ada.type(' Without Bob.');
  await expect(cat.text).toContainText('Without Bob.');
  await expect(bob.text).not.toContainText('Without Bob.');
});

test('a declined invitation leaves no trace, an ended link lets nobody in, a new one shows what was there before', async ({
  server,
  person,
}) => {
  const [ada, bob, guest] = [await person(), await person(), await person()];
  await signUp(ada, server.url, 'ada', PASSWORD);
  await signUp(bob, server.url, 'bob', PASSWORD);
  await writeDocument(ada, server.url, 'Shared', 'By link.');
  const link = await ada.copyLink('edit');
  await guest.open(link);
  await guest.type(' A guest.');
  await expect(ada.text).toHaveText('By link. A guest.');

  await invite(ada, 'bob', 'Can view');
  await bob.page.goto(server.url);
  await bob.page.getByRole('button', { name: 'Decline the invitation of ada' }).click();
  await expect(bob.page.getByText('ada invites you')).toBeHidden({ timeout: 30_000 });
  await expect(bob.page.getByText('No documents yet')).toBeVisible();
  await share(ada);
  await expect(inList(ada, 'bob')).toBeHidden();

  // Whoever left may have known the links.
  await expect(ada.page.getByText('No links. Nobody comes in without an invitation.')).toBeVisible();
  await expect(guest.text).not.toBeEditable();
  await ada.page.getByRole('button', { name: 'New edit link' }).click();
  await expect(ada.page.getByRole('button', { name: 'Copy edit link' })).toBeVisible();
  await closeShare(ada);
  const another = await person();
  await another.open(await ada.copyLink('edit'));
  await expect(another.text).toHaveText('By link. A guest.', { timeout: 30_000 });
  await another.type(' Another.');
  await expect(ada.text).toHaveText('By link. A guest. Another.');
  const late = await person();
  await late.page.goto(link);
  await expect(late.text).toBeHidden();
  await expect(late.page.getByRole('heading', { level: 1 })).toBeVisible();
});

test('two people verify each other, and the shield and the log of their document say what happened', async ({
  server,
  person,
}) => {
  const [ada, bob] = [await person(), await person()];
  await signUp(ada, server.url, 'ada', PASSWORD);
  await signUp(bob, server.url, 'bob', PASSWORD);
  await writeDocument(ada, server.url, 'Plan', 'For two.');
  const url = ada.page.url();
  const shield = ({ page }: Person, says: string) => page.getByRole('button', { name: `Security: ${says}` });
  await invite(ada, 'bob', 'Can edit');
  await accept(bob, server.url, 'ada');
  await expect(shield(ada, '1 person not verified')).toBeVisible();
  await expect(shield(bob, '1 person not verified')).toBeVisible();

  await share(ada);
  await ada.page.getByRole('button', { name: 'Options for bob' }).click();
  await ada.page.getByRole('menuitemradio', { name: 'Can view' }).click();
  await ada.page.getByRole('button', { name: 'Change role' }).click();
  await expect(inList(ada, 'bob')).toContainText('Can view');
  await closeShare(ada);

  for (const [who, other] of [
    [ada, 'bob'],
    [bob, 'ada'],
  ] as const) {
    await who.page.goto(`${server.url}/account/people`);
    await who.page.getByRole('textbox', { name: 'User name' }).fill(other);
    await who.page.getByRole('button', { name: 'Find' }).click();
    await who.page.getByRole('button', { name: 'Mark as verified' }).click();
    await expect(who.page.getByText('Verified', { exact: true })).toBeVisible();
    await who.open(url);
    await expect(shield(who, 'Everybody is verified')).toBeVisible({ timeout: 30_000 });
  }

  await shield(ada, 'Everybody is verified').click();
  await ada.page.getByRole('button', { name: 'Renew keys now' }).click();
  await expect(ada.page.getByText('The keys were renewed.')).toBeVisible();
  const log = ada.page.getByRole('list', { name: 'Security log' });
  await expect(log).toContainText('You renewed the keys');
  await expect(log).toContainText('You changed the role of bob from editor to reader');
  await expect(log).toContainText('You let bob in as editor');
  await shield(bob, 'Everybody is verified').click();
  const bobs = bob.page.getByRole('list', { name: 'Security log' });
  await expect(bobs).toContainText('ada renewed the keys');
  await expect(bobs).toContainText('ada changed your role from editor to reader');
  await expect(bobs).toContainText('ada let you in as editor');
});

test('a link with a password for one device: the next one is told so, asks for access and is let in', async ({
  server,
  person,
}) => {
  test.slow();
  const [ada, guest, bob] = [await person(), await person(), await person()];
  await signUp(ada, server.url, 'ada', PASSWORD);
  await writeDocument(ada, server.url, 'For one', 'Behind a password.');
  await share(ada);
  // What is left is the one with a password.
  for (const name of ['edit link', 'view link']) {
    await ada.page.getByRole('button', { name: new RegExp(`End link.*${name}`, 'i') }).click();
    await ada.page
      .getByRole('dialog', { name: `End this ${name}?` })
      .getByRole('button', { name: 'End link' })
      .click();
    await expect(ada.page.getByRole('button', { name: `Copy ${name}` })).toBeHidden();
  }
  await ada.page.getByRole('button', { name: 'More options' }).click();
  await ada.page.getByRole('textbox', { name: 'Password' }).fill('three quiet otters');
  await ada.page.getByRole('combobox', { name: 'Lets in' }).selectOption('1 device');
  await ada.page.getByRole('button', { name: 'New edit link' }).click();
  await expect(ada.page.getByText('At most 1 device, with a password, to be sent another way')).toBeVisible();
  await closeShare(ada);
  const link = await ada.copyLink('edit');

  const password = (of: Person) => of.page.getByRole('textbox', { name: 'Password of the link' });
  await guest.page.goto(link);
  await password(guest).fill('four quiet otters');
  await guest.page.getByRole('button', { name: 'Open' }).click();
  await expect(guest.page.getByText('This is not the password of the link.')).toBeVisible();
  await expectAccessible(guest.page);
  await password(guest).fill('three quiet otters');
  await guest.page.getByRole('button', { name: 'Open' }).click();
  await expect(guest.text).toHaveText('Behind a password.');
  await guest.type(' A guest.');
  await expect(ada.text).toHaveText('Behind a password. A guest.');

  await signUp(bob, server.url, 'bob', PASSWORD);
  await bob.page.goto(link);
  await password(bob).fill('three quiet otters');
  await password(bob).press('Enter');
  await expect(bob.page.getByText('This link is used up.')).toBeVisible();
  await expect(bob.text).toBeHidden();
  await expectAccessible(bob.page);
  await bob.page.getByRole('button', { name: 'Ask for access' }).click();
  await expect(bob.page.getByRole('status').filter({ hasText: 'Asked.' })).toBeVisible();

  // The owner's tab asks now and then; whoever opens the document again sees it at once.
  await ada.page.reload();
  await ada.page.getByRole('button', { name: 'Share (1 request for access)' }).click();
  const asking = ada.page.getByRole('list', { name: 'People who ask for access' });
  await expect(asking).toContainText('bob asks to edit this document');
  await expectAccessible(ada.page);
  await asking.getByRole('button', { name: 'Let in bob' }).click();
  await expect(inList(ada, 'bob')).toContainText('Can edit');
  await expect(asking).toBeHidden();
  await closeShare(ada);

  await accept(bob, server.url, 'ada');
  await expect(bob.text).toHaveText('Behind a password. A guest.');
  await bob.type(' Bob.');
  await expect(guest.text).toHaveText('Behind a password. A guest. Bob.');
});
