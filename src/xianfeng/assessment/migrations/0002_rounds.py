import django.db.models.deletion
import xianfeng.core.uids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('assessment', '0001_initial'),
        ('organizations', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Round',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', xianfeng.core.uids.UidField()),
                ('subject', models.CharField(choices=[('organization', 'branches'), ('person', 'party members')], max_length=12, verbose_name='assesses')),
                ('code', models.CharField(max_length=10, verbose_name='period')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('as_of', models.DateField(verbose_name='as of')),
                ('computed_at', models.DateTimeField(editable=False, null=True, verbose_name='computed')),
                ('entries', models.PositiveBigIntegerField(default=0, editable=False)),
                ('roster', models.CharField(blank=True, editable=False, max_length=64)),
                ('facts_digest', models.CharField(blank=True, editable=False, max_length=64)),
                ('results_digest', models.CharField(blank=True, editable=False, max_length=64)),
                ('scored', models.PositiveIntegerField(default=0, editable=False, verbose_name='scored')),
                ('status', models.CharField(choices=[('open', 'open'), ('closed', 'closed')], default='open', max_length=10, verbose_name='status')),
                ('closed_at', models.DateTimeField(editable=False, null=True, verbose_name='closed')),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='closed by')),
                ('scheme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rounds', to='assessment.scheme', verbose_name='scheme')),
            ],
            options={
                'verbose_name': 'round of scoring',
                'verbose_name_plural': 'rounds of scoring',
                'ordering': ['-year', 'subject', 'code'],
                'constraints': [models.UniqueConstraint(fields=('subject', 'code'), name='round_once'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('status', 'open')), models.Q(('closed_at__isnull', False), ('status', 'closed')), _connector='OR'), name='round_closed_at_a_moment')],
            },
        ),
        migrations.CreateModel(
            name='MemberScore',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', xianfeng.core.uids.UidField()),
                ('full', models.BigIntegerField(verbose_name='full marks so far')),
                ('before_bonus', models.BigIntegerField(null=True, verbose_name='points before bonus')),
                ('bonus', models.BigIntegerField(default=0, verbose_name='bonus')),
                ('total', models.BigIntegerField(null=True, verbose_name='total')),
                ('grade', models.CharField(blank=True, max_length=20, verbose_name='grade')),
                ('uncapped', models.CharField(blank=True, max_length=20, verbose_name='grade before vetoes')),
                ('standing', models.PositiveIntegerField(null=True, verbose_name='place')),
                ('cells', models.JSONField(default=list)),
                ('items', models.JSONField(default=list)),
                ('categories', models.JSONField(default=list)),
                ('digest', models.CharField(max_length=64)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization', verbose_name='branch')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='member')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='assessment.round', verbose_name='round')),
            ],
            options={
                'verbose_name': 'score of a member',
                'verbose_name_plural': 'scores of members',
                'ordering': ['round', 'person__number'],
                'indexes': [models.Index(fields=['round', 'organization'], name='member_score_place')],
                'constraints': [models.UniqueConstraint(fields=('round', 'person'), name='member_score_once')],
            },
        ),
        migrations.CreateModel(
            name='BranchScore',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', xianfeng.core.uids.UidField()),
                ('full', models.BigIntegerField(verbose_name='full marks so far')),
                ('before_bonus', models.BigIntegerField(null=True, verbose_name='points before bonus')),
                ('bonus', models.BigIntegerField(default=0, verbose_name='bonus')),
                ('total', models.BigIntegerField(null=True, verbose_name='total')),
                ('grade', models.CharField(blank=True, max_length=20, verbose_name='grade')),
                ('uncapped', models.CharField(blank=True, max_length=20, verbose_name='grade before vetoes')),
                ('standing', models.PositiveIntegerField(null=True, verbose_name='place')),
                ('cells', models.JSONField(default=list)),
                ('items', models.JSONField(default=list)),
                ('categories', models.JSONField(default=list)),
                ('digest', models.CharField(max_length=64)),
                ('organization', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization', verbose_name='branch')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='assessment.round', verbose_name='round')),
            ],
            options={
                'verbose_name': 'score of a branch',
                'verbose_name_plural': 'scores of branches',
                'ordering': ['round', 'organization__number'],
                'constraints': [models.UniqueConstraint(fields=('round', 'organization'), name='branch_score_once')],
            },
        ),
    ]
